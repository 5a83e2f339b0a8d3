"""The pages. A view translates HTTP: it asks selectors, calls services, and fills a template."""
