"""What the pages of accounts, phones and agents do."""
