"""Browser notifications while no page of the site is open (Web Push, RFC 8030, 8291 and 8292)."""
