"""arXiv's formats: web pages, feeds, listing mails, the query API, Kaggle's snapshot."""
