"""`skafu render`: fill in a template of Copier or Cookiecutter."""
