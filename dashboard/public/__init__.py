"""Light pages for everybody: server-drawn HTML, no script, at most 60 KB for a first visit. Nothing personal before a sign-in."""
