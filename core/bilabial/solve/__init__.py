"""From phones and prosody to dense curves that keep the hard rules: in pieces, again by spans, or live."""
