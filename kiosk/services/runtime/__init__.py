"""The tasks: feeds that follow the service, commands that a tap sets off."""
