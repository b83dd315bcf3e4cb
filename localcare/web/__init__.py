"""HTTP that belongs to no stage: page rendering, security, error pages, health, the style guide.

Takes typed page values (`pages.Page`) and answers HTML; docs/design-system.md tells how a page is made.
"""
