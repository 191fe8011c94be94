"""Long work on people: claimed by lease, done in slices that commit how far it is, so that a kill loses nothing."""
