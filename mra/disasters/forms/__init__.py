"""Forms of the settings: what staff type becomes clean values, with a sentence for each thing that is wrong."""

from .activation import ActivationForm, DisasterForm, MunicipalitiesForm, TermsForm
from .base import BaseForm

__all__ = ["ActivationForm", "BaseForm", "DisasterForm", "MunicipalitiesForm", "TermsForm"]
