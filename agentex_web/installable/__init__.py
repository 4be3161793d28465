"""The site as an app of a phone or desktop: its manifest, its service worker, its page without a network."""
