"""Where people work: what needs me now, the lists, the case page, the store's page, the next case.

Takes what the earlier stages wrote and shows it to whom it belongs; what people do goes back through `cases` and
`replies`. Promises that nobody sees another store's customers, and that every task works without JavaScript.
"""
