from payments.models.attempts import PaymentAttempt
from payments.models.charges import Charge
from payments.models.messages import ProviderMessage

__all__ = ["Charge", "PaymentAttempt", "ProviderMessage"]
