"""The HTTP interface: the client that sends requests, the server that answers them."""
