"""The static site: lessons and lab, for any web server, without one of our own."""
