"""Settings of the workspace: who works here, which programs may speak for us, how things are shown."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.actions import (
    LinkNotValid,
    add_member,
    change_role,
    issue_token,
    make_login_link,
    may_let_in,
    may_rank,
    remove_member,
    revoke_token,
    use_login_link,
)
from hamdel.ground.access.deeds import DEEDS, said, said_actor, said_subject
from hamdel.ground.access.doors import SESSION_KEY, Request, find, member_of, needs, public
from hamdel.ground.access.hours import HoursForm
from hamdel.ground.access.limits import has_missed_too_often, note_miss
from hamdel.ground.access.models import ApiToken, Member, User
from hamdel.ground.access.permissions import Permission, Role
from hamdel.ground.audit.actions import first_broken_entry, record
from hamdel.ground.audit.models import AuditEntry
from hamdel.ground.persian.text import sort_key
from hamdel.ground.workspaces.models import Workspace
from hamdel.ui.lists import page_of
from hamdel.ui.pages import show

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public
@require_safe
def login_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Log in whoever holds a link that was printed on this server, once."""
    if has_missed_too_often(request):
        return show(request, "access/link_not_valid.html", status=429)
    try:
        user = use_login_link(secret, at=now())
    except LinkNotValid:
        note_miss(request)
        return show(request, "access/link_not_valid.html", status=410)
    login(request, user, backend=BACKEND)
    return HttpResponseRedirect("/")


@public
@require_POST
def workspace(request: HttpRequest) -> HttpResponse:
    """Switch to another of one's workspaces."""
    chosen = request.POST.get("workspace", "")
    if request.user.is_authenticated:
        member = member_of(request.user, chosen)
        if member and str(member.workspace_id) == chosen:
            request.session[SESSION_KEY] = chosen
    return HttpResponseRedirect("/")


OWNERS_MAKE_OWNERS = gettext_lazy("Only an owner can make somebody owner, or change or remove one.")


class MemberForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail"), widget=forms.EmailInput(attrs={"dir": "ltr"}))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, initial=Role.AGENT)


class TokenForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("What will use it?"), max_length=80)


class WorkspaceForm(forms.ModelForm):
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=[(z, z) for z in sorted(available_timezones())]
    )

    class Meta:
        model = Workspace
        fields = ("name", "language", "calendar", "timezone")
        labels = {
            "name": gettext_lazy("Name"),
            "language": gettext_lazy("Language"),
            "calendar": gettext_lazy("Calendar"),
        }


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_MEMBERS)
def members(request: Request) -> HttpResponse:
    """List members; add one and show the link that lets them in the first time."""
    form, link = MemberForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        if may_rank(request.member, Role(form.cleaned_data["role"])):
            link = _added(request, **form.cleaned_data)
            form = MemberForm()
        else:
            form.add_error("role", OWNERS_MAKE_OWNERS)
    listed = Member.objects.visible_to(request.member).select_related("user").order_by("joined_at", "id")
    status = 422 if form.errors else 200
    return show(
        request,
        "access/members.html",
        members=listed,
        form=form,
        link=link,
        roles=Role.choices,
        status=status,
    )


def _added(request: Request, *, name: str, email: str, role: str) -> str:
    """Add a member and return the link that lets them in, "" when they have their own way in."""
    user, _new = User.objects.get_or_create(email=email.lower(), defaults={"name": name})
    add_member(request.workspace, user=user, role=Role(role), by=request.member)
    if may_let_in(request.member, user):
        return _absolute(request, make_login_link(user, at=now()))
    messages.info(request, _("This person is a member now, and logs in the way they always do."))
    return ""


@require_POST
@needs(Permission.MANAGE_MEMBERS)
def member(request: Request, member_id: str) -> HttpResponse:
    """Change a member's role, or remove them; the last owner stays."""
    found = find(Member.objects.select_related("user", "workspace"), request, id=member_id)
    role = request.POST.get("role", "")
    if not may_rank(request.member, found.role, role):
        messages.error(request, OWNERS_MAKE_OWNERS)
        return HttpResponseRedirect(reverse("access:members"))
    if "remove" in request.POST:
        done = remove_member(found, by=request.member)
    else:
        done = role in Role.values and change_role(found, Role(role), by=request.member)
    if not done:
        messages.error(request, _("A workspace needs an owner: make somebody else owner first."))
    return HttpResponseRedirect(reverse("access:members"))


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_WORKSPACE)
def tokens(request: Request) -> HttpResponse:
    """List API tokens; issue one and show it, this once."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        secret = issue_token(request.member, name=form.cleaned_data["name"], by=request.member)
        form = TokenForm()
    listed = (
        ApiToken.objects.visible_to(request.member).filter(revoked_at=None).select_related("member__user")
    )
    return show(
        request, "access/tokens.html", tokens=listed.order_by("-created_at"), form=form, secret=secret,
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_POST
@needs(Permission.MANAGE_WORKSPACE)
def revocation(request: Request, token_id: str) -> HttpResponse:
    revoke_token(find(ApiToken, request, id=token_id), by=request.member, at=now())
    return HttpResponseRedirect(reverse("access:tokens"))


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_WORKSPACE)
def general(request: Request) -> HttpResponse:
    """Change the name, language, calendar and time zone of the workspace."""
    form = WorkspaceForm(request.POST or None, instance=request.workspace)
    if request.method == "POST" and form.is_valid():
        form.save()
        record(
            "workspace changed",
            workspace=request.workspace,
            by=request.member,
            subject=", ".join(form.changed_data),
        )
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(request.path)
    return show(request, "access/general.html", form=form, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_WORKSPACE)
def hours(request: Request) -> HttpResponse:
    """Change when the company works: due times and response times are counted in these hours."""
    form = HoursForm(request.workspace, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        record(
            "working hours changed",
            workspace=request.workspace,
            by=request.member,
            subject=request.workspace.name,
        )
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(request.path)
    return show(request, "access/hours.html", form=form, status=422 if form.errors else 200)


@require_safe
@needs(Permission.SEE_AUDIT)
def audit(request: Request) -> HttpResponse:
    """Show what members did, and whether anybody changed the log."""
    visible = AuditEntry.objects.visible_to(request.member)
    actors = list(visible.order_by("actor").values_list("actor", flat=True).distinct())
    deed, actor = request.GET.get("deed", ""), request.GET.get("actor", "")
    chosen = {name: value for name, value in (("deed", deed), ("actor", actor)) if value}
    page = page_of(visible.filter(**chosen), request.GET, "-number")
    return show(
        request,
        "access/audit.html",
        page=page,
        entries=[
            (entry.at, said_actor(entry.actor), said(entry.deed), said_subject(entry.deed, entry.subject))
            for entry in page
        ],
        deeds=sorted(((key, str(label)) for key, label in DEEDS.items()), key=lambda pair: sort_key(pair[1])),
        actors=[(one, said_actor(one)) for one in actors],
        deed=deed,
        actor=actor,
        broken=first_broken_entry(request.workspace),
    )


def _absolute(request: HttpRequest, secret: str) -> str:
    return request.build_absolute_uri(reverse("access:login_link", args=[secret]))
