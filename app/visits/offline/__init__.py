"""Visits logged where there is no network: the form on the device, and the door through which they come later."""
