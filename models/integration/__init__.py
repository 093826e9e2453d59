"""Programs of our customers: their keys to the open interface, and the webhooks by which we call them."""
