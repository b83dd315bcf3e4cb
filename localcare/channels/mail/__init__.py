"""Notification mails as a lane: a mail comes in, a mention goes out, or the reason why not.

Meta documents no format of its mails, so what they look like is data: `templates.yaml`, the administrator's to edit.
"""
