"""The edge of the site: limits, headers and origins that hold for every request and socket."""
