"""Words to bytes: papers (.docx and PDF/A from one source), letters, sums and dates in Russian. Knows no tables and no screens."""
