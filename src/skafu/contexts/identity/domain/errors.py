"""What the rules of identity say no with."""

from skafu.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from skafu.web_api.principal import NotSignedIn
from skafu.web_api.rates import TooManyRequests


class SignInRefused(NotSignedIn):
    """Mail and password do not go together; which of the two is wrong is not said."""

    def __init__(self) -> None:
        """Say the same, whatever was wrong."""
        super().__init__("this mail address and this password do not go together", fix="try again, or ask for a link")


class WrongPassword(Forbidden):
    """Somebody who is signed in does not know the password that they have."""

    def __init__(self) -> None:
        """Say it: who is signed in is known."""
        super().__init__("this is not your present password", fix="try again, or ask for a link to set a new one")


class LinkNotUsable(Forbidden):
    """A link was used, has expired, or never existed."""

    def __init__(self) -> None:
        """Say the same, whatever is wrong."""
        super().__init__(
            "this link cannot be used: it was used before, has expired, or is not whole", fix="ask for a new one"
        )


class PasswordTooWeak(Invalid):
    """A password is too easy to guess."""


class LastAdmin(Refused):
    """An organisation would be left without an admin."""

    def __init__(self) -> None:
        """Say what to do first."""
        super().__init__("this is the last admin of the organisation", fix="make another member an admin first")


class RoleTooHigh(Forbidden):
    """Somebody wants to give away more than they have."""


class NoSuchMember(NotFound):
    """A person is no member of the organisation."""

    def __init__(self, user_id: str) -> None:
        """Name the person by their id."""
        super().__init__(f"the organisation has no member {user_id!r}", fix="list the members to see their ids")


class NoSuchOrganisation(NotFound):
    """There is no such organisation for this person."""

    def __init__(self) -> None:
        """Say that it is not there; whether others see one is not said."""
        super().__init__("there is no such organisation", fix="list your organisations to see their ids")


class NoSuchToken(NotFound):
    """The organisation has no such token."""

    def __init__(self, token_id: str) -> None:
        """Name the token by its id."""
        super().__init__(f"there is no token {token_id!r}", fix="list the tokens to see their ids")


class NoSuchInvitation(NotFound):
    """The organisation has no such invitation that waits."""

    def __init__(self, invitation_id: str) -> None:
        """Name the invitation."""
        super().__init__(f"no invitation {invitation_id!r} waits", fix="list the invitations to see their ids")


class NoSuchUser(NotFound):
    """There is no such person."""

    def __init__(self) -> None:
        """Say that nobody is there."""
        super().__init__("there is no such person", fix="sign in again")


class MailTaken(Conflict):
    """Another person has this mail address."""

    def __init__(self) -> None:
        """Do not say whose it is."""
        super().__init__("this mail address belongs to somebody else", fix="sign in with it, or use another one")


class NotThePerson(Refused):
    """Something can be done only by the person it is about, in a session of theirs."""


class OutsideSignInFailed(Forbidden):
    """A sign-in at an OpenID provider did not come to a good end."""


class SignInFirst(Conflict):
    """A person who is known already has to say so first."""


class NotInvited(Forbidden):
    """Nobody expects this person here."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("nobody is known here by this sign-in", fix="ask an admin of your organisation to invite you")


class OperatorsOnly(Forbidden):
    """Only the owner of the installation may do this."""

    def __init__(self) -> None:
        """Say who may."""
        super().__init__("only the owner of this installation may do this", fix="ask the owner")


class TooManyAttempts(TooManyRequests):
    """Something was tried too often: signing in, or asking for a link."""


class SessionOver(NotSignedIn):
    """A session has ended, or was never there."""

    def __init__(self) -> None:
        """Say the same, whatever was shown."""
        super().__init__("the session has ended", fix="sign in again")


class NoSuchSession(NotFound):
    """The person has no such session."""

    def __init__(self) -> None:
        """Say that it is not there."""
        super().__init__("you have no such session", fix="list your sessions to see their ids")


class TooManyOrganisations(Refused):
    """A person leads as many free organisations as they may."""

    def __init__(self, most: int) -> None:
        """Say how many that is."""
        super().__init__(f"you lead {most} free organisations already", fix="leave one, or ask for a higher tier")


class OwnerHasMail(Conflict):
    """The owner has another mail address on record."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("the owner has another mail address on record", fix="leave `mail` out")
