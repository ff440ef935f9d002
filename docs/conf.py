"""Settings of Sphinx, which builds the site in `make docs`."""

project = "paperreader"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
html_theme = "furo"
html_title = "paperreader"
myst_heading_anchors = 3
nitpicky = True
linkcheck_timeout = 20
