"""Background work of gateways: none yet, since they are read live."""
