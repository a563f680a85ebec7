"""The rules of the gate, said a second time without looking at the first: minute by minute, contact by contact."""

from __future__ import annotations

from datetime import timedelta

SECOND = timedelta(microseconds=1)


def word(said, question, basis):
    """Return what is wrong with the consent, by walking through all that was said in order of time."""
    order = ["pending", "given", "confirmed", "withdrawn"]
    stood = "nothing"
    for one in sorted(said, key=lambda one: (one.at, order.index(one.state))):
        is_about = one.channel in ("", question.channel) and (
            one.purpose == question.purpose or (one.purpose == "" and basis != "always")
        )
        if not is_about:
            continue
        if one.state == "withdrawn" or (stood == "withdrawn" and one.state == "pending"):
            stood = "withdrawn"
        elif stood != "confirmed" and not (stood == "given" and one.state == "pending"):
            stood = one.state
    if stood == "withdrawn":
        return "withdrawn"
    enough = {
        "always": {"nothing", "pending", "given", "confirmed"},
        "opt_out": {"nothing", "pending", "given", "confirmed"},
        "opt_in": {"given", "confirmed"},
        "double": {"confirmed"},
    }[basis]
    if stood in enough:
        return ""
    return "no_consent" if stood == "nothing" else "unconfirmed"


def quiet_at(policy, zone, moment):
    """Tell whether a moment is quiet, by minutes since midnight on the clock there."""
    there = moment.astimezone(zone)
    minute = there.hour * 60 + there.minute
    start = policy.quiet_from.hour * 60 + policy.quiet_from.minute
    end = policy.quiet_until.hour * 60 + policy.quiet_until.minute
    quiet_minutes = set(range(start, end)) if start <= end else {*range(start, 1440), *range(end)}
    return minute in quiet_minutes or there.weekday() in policy.quiet_days


def most_in_a_window(moments, days):
    """Return how many of these moments the fullest window of that many days holds: each may be its last."""
    span = timedelta(days=days)
    return max((sum(1 for other in moments if end - span < other <= end) for end in moments), default=0)


def would_overfill(others, at, most, days):
    """Tell whether a contact at `at` would be in a window of more than `most`."""
    span = timedelta(days=days)
    everyone = [*others, at]
    ends = [end for end in everyone if end - span < at <= end]
    return any(sum(1 for one in everyone if end - span < one <= end) > most for end in ends)


def verdict(policy, question, standing):
    """Return the reason the gate must give, or "" when the ask is allowed."""
    heeds = question.purpose != "service"
    is_addressed = question.channel not in {"link", "web", "qr", "kiosk", "widget", "webhook"}
    if is_addressed and not question.address:
        return "no_address"
    if (
        is_addressed
        and standing.block
        and (heeds or standing.block in {"hard_bounce", "soft_bounces", "by_hand"})
    ):
        return standing.block
    wrong = word(standing.said, question, policy.basis[question.purpose].value)
    if wrong:
        return wrong
    if heeds and ({"", question.topic} & set(standing.unsubscribed)):
        return "unsubscribed"
    if standing.refused_by:
        return standing.refused_by
    if not heeds:
        return ""
    counted = [one for one in standing.past if one.purpose != "service"]
    family = [key for key in (question.follows, question.slot) if key is not None]
    strangers = [one for one in counted if one.id not in family and one.follows not in family]
    days = timedelta(days=policy.cool_off_days)
    if question.purpose == "survey" and any(
        one.purpose == "survey" and -days < one.at - question.at < days for one in strangers
    ):
        return "cool_off"
    cap = policy.topic_caps.get(question.topic, policy.topic_cap)
    alike = [one.at for one in strangers if one.topic == question.topic]
    if question.topic and cap.most and would_overfill(alike, question.at, cap.most, cap.days):
        return "topic_cap"
    everything = [one.at for one in counted]
    if policy.cap.most and would_overfill(everything, question.at, policy.cap.most, policy.cap.days):
        return "global_cap"
    is_low = question.priority < policy.kept_for
    left = policy.cap.most - policy.kept_slots if policy.cap.most > policy.kept_slots else policy.cap.most
    # Who holds a slot keeps it when more important ones come after; those no more important still count.
    rivals = [one.at for one in counted if one.priority < policy.kept_for] if question.slot else everything
    if policy.cap.most and is_low and would_overfill(rivals, question.at, left, policy.cap.days):
        return "kept_for_higher"
    if is_addressed and question.channel not in policy.any_hour_channels:
        return "quiet_hours" if quiet_at(policy, standing.zone, question.at) else ""
    return ""
