"""Small parts that know nothing of Docker."""
