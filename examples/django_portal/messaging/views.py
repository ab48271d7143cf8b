"""Two views with Django's own means; only whom a link was made for is asked of us."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render

from login import PORTAL, auth
from messaging.models import Message
from securelogin import Audience
from securelogin.django import audience_required, get_account, get_link


class MessageForm(forms.ModelForm):
    """A recipient and a text."""

    recipient = forms.EmailField()

    class Meta:
        """Of the model, the text only."""

        model = Message
        fields = ("text",)


@audience_required(Audience.INTERNAL)
def write(request):
    """Let people of the house write to anybody; the recipient gets a link."""
    form = MessageForm(request.POST or None)
    if form.is_valid():
        message = form.save(commit=False)
        message.sender = request.user
        message.save()
        auth.links.issue(
            recipient=form.cleaned_data["recipient"],
            sender=request.user.email,
            message=message.name,
            tenant=PORTAL.tenant,
        )
        return redirect(request.path)
    return render(request, "messaging/write.html", {"form": form})


@login_required
def read(request, name):
    """Show a message to whoever wrote it, and to whom its link was made for."""
    message = Message.objects.filter(name=name).first()
    link = get_link(request)
    if message is not None and (
        message.sender == request.user
        or (
            link is not None
            and auth.links.may_read(link, account=get_account(request).id, message=name)
        )
    ):
        return render(request, "messaging/read.html", {"message": message})
    raise Http404
