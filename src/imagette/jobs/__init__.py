"""What a verb does once its options are read: a file a job, which joins the parts below."""
