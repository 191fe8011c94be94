"""The editor of rules: rows of plain sentences, for groups now and for whatever else asks something of people.

A rule in JSON becomes a draft (`draft`, `reading`), a draft becomes inputs and comes back from them (`posted`), and
becomes a rule in JSON again (`writing`). These are pure, and lose nothing. A page opens an `editor.Editor`, includes
`rules/editor.html` in its form, and gives it what was posted.
"""
