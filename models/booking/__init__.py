"""Booking of visits: offices and their timetables, places, bookings. A place is never given twice: the database has the last word."""
