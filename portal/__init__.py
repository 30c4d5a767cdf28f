"""The portal: settings, and what every domain uses."""
