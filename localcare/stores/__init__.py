"""Where: the directory of stores, the hierarchy above them, their Pages, and which store a mention is about.

Takes directory files and mentions' words, places and Page ids; gives Store rows and one Resolution for each mention.
Promises that a store number stays as the brand spells it, that an import never deletes, and that unsure is an answer.
"""
