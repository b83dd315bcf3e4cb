"""A stand-in Graph API over HTTP that the real facebook-business SDK talks to, and that sends signed webhooks."""
