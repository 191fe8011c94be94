"""What every REST resource shares: strict bodies, one shape of errors, paging by key, a schema that says so."""
