"""When people ask for help, come to a branch, or leave."""

from __future__ import annotations

from hamdel.listen.library.ready import Moment, Ready, ces, comment, csat, many, nps, one, yes_no

SURVEYS = (
    Ready(
        "support-csat", Moment.SUPPORT, "csat", "support",
        ("رضایت از پشتیبانی", "Satisfaction with support"),
        ("پس از بسته شدن درخواست.", "After a ticket is solved."),
        (
            (csat(("از پاسخی که از پشتیبانی گرفتید چقدر راضی هستید؟", "How satisfied are you with the help you received?")),),
            (
                yes_no("solved", ("مشکل شما حل شد؟", "Is your problem solved?")),
                comment("why", ("چه چیزی را باید بهتر انجام می‌دادیم؟", "What should we have done better?"), up_to=2),
                comment("best", ("می‌خواهید چیزی به همکاران ما بگویید؟", "Anything you would like to tell our team?"), above=4),
            ),
        ),
    ),
    Ready(
        "support-ces", Moment.SUPPORT, "ces2", "support",
        ("آسانی گرفتن کمک", "Ease of getting help"),
        ("تلاشی که مشتری برای حل مشکل کرده است.", "The effort a customer had to make."),
        (
            (ces(("«رسیدگی به مشکل من آسان بود.» چقدر موافقید؟", "“It was easy to get my issue handled.” How far do you agree?")),),
            (
                one("times", ("چند بار تماس گرفتید؟", "How many times did you contact us?"), ("1", "یک بار", "Once"),
                    ("2", "دو بار", "Twice"), ("3", "سه بار یا بیشتر", "Three times or more")),
                comment("why", ("چه چیزی سخت بود؟", "What was hard?"), up_to=4),
            ),
        ),
    ),
    Ready(
        "call-centre", Moment.SUPPORT, "csat", "call",
        ("پس از تماس تلفنی", "After a call"),
        ("کوتاه، برای پیامک یا تلفن گویا.", "Short, for SMS or IVR."),
        ((csat(("از این تماس چقدر راضی بودید؟", "How satisfied were you with this call?"), look="numbers"),),
         (comment("why", ("چه چیزی را بهتر کنیم؟", "What can we improve?"), up_to=2),)),
    ),
    Ready(
        "chat-csat", Moment.SUPPORT, "csat", "chat",
        ("پس از گفت‌وگوی آنلاین", "After a chat"),
        ("در پایان گفت‌وگو، در همان پنجره.", "At the end of a chat, in the same window."),
        (
            (
                csat(("این گفت‌وگو چگونه بود؟", "How was this chat?")),
                one("speed", ("پاسخ‌ها چقدر زود رسید؟", "How quick were the answers?"), ("fast", "زود", "Quick"),
                    ("fine", "معمولی", "All right"), ("slow", "دیر", "Slow")),
            ),
            (comment("why", ("چه چیزی کم بود؟", "What was missing?"), up_to=2),),
        ),
    ),
    Ready(
        "store-visit", Moment.STORE, "csat", "store",
        ("بازدید از فروشگاه", "Store visit"),
        ("با QR روی پیشخوان یا کیوسک.", "By QR on the counter, or a kiosk."),
        (
            (csat(("امروز در فروشگاه ما چه تجربه‌ای داشتید؟", "How was your visit to our store today?")),),
            (
                many("about", ("دربارهٔ چه چیزی است؟", "What is it about?"), ("staff", "رفتار کارکنان", "Staff"),
                     ("queue", "صف", "The queue"), ("stock", "موجودی کالا", "What was in stock"), ("clean", "پاکیزگی", "Cleanliness"),
                     ("price", "قیمت", "Prices"), most=3),
                comment("why", ("بیشتر بگویید:", "Tell us more:"), up_to=2),
            ),
        ),
    ),
    Ready(
        "branch-queue", Moment.STORE, "ces2", "branch",
        ("آسانی کار در شعبه", "Ease at the branch"),
        ("برای بانک، بیمه، کلینیک و هر جا که نوبت هست.", "For a bank, an insurer, a clinic: wherever people wait."),
        (
            (ces(("«کارم در این شعبه آسان انجام شد.» چقدر موافقید؟", "“It was easy to get things done at this branch.” How far do you agree?")),),
            (
                one("wait", ("چقدر منتظر ماندید؟", "How long did you wait?"), ("5", "کمتر از ۵ دقیقه", "Under 5 minutes"),
                    ("15", "۵ تا ۱۵ دقیقه", "5 to 15 minutes"), ("30", "بیش از ۱۵ دقیقه", "Over 15 minutes")),
                comment("why", ("چه چیزی کارتان را کند کرد؟", "What slowed you down?"), up_to=4),
            ),
        ),
    ),
    Ready(
        "cancellation", Moment.LEAVING, "", "cancellation",
        ("هنگام لغو", "On cancelling"),
        ("چرا می‌روند، و چه چیزی نگهشان می‌داشت.", "Why people leave, and what would have kept them."),
        (
            (
                one("reason", ("دلیل اصلی رفتن شما چیست؟", "What is your main reason for leaving?"), ("price", "قیمت", "Price"),
                    ("use", "کم استفاده می‌کنم", "I seldom use it"), ("quality", "کیفیت", "Quality"), ("service", "خدمات و پشتیبانی", "Service and support"),
                    ("rival", "جای دیگری را انتخاب کرده‌ام", "I chose somebody else"), other=True),
                comment("kept", ("چه چیزی شما را نگه می‌داشت؟", "What would have kept you?")),
            ),
            (yes_no("back", ("ممکن است روزی برگردید؟", "Might you come back one day?")),),
        ),
        ("جایتان خالی خواهد بود. سپاس که دلیلش را گفتید.", "We will miss you. Thank you for telling us why."),
    ),
    Ready(
        "win-back", Moment.LEAVING, "nps", "win-back",
        ("مشتری بازگشته", "A customer who came back"),
        ("وقتی پس از سکوتی بلند دوباره می‌خرد.", "When somebody buys again after a long silence."),
        (
            (nps(("حالا که برگشته‌اید، چقدر احتمال دارد ما را پیشنهاد کنید؟", "Now that you are back, how likely are you to recommend us?")),),
            (comment("changed", ("چه چیزی شما را برگرداند؟", "What brought you back?")),),
        ),
    ),
)  # fmt: skip
