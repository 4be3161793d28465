"""The site as an app for phones and desktops: its manifest, its service worker, and its offline page."""
