"""Where: the directory of stores and its hierarchy, Page links, import; and resolve: which store is a mention about."""
