"""What the utility tells people: news, planned outages, answers, surveys, blank forms. Written by an editor, never by code."""
