"""Tools of the desk: remark templates, substitution of somebody away, who works a case, papers brought by hand."""
