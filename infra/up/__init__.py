"""`feeder up`: starts every part of an installation in one terminal, keeps it running, stops it cleanly."""
