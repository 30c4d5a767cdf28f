"""What people see: the frame, the components, forms and tables made from the schemas."""
