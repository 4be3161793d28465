"""The edge of the site: headers, origins, logs and errors that apply to every request and socket."""
