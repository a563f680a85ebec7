"""The relationship as a whole, the website, business customers, our own team, and what was learned."""

from __future__ import annotations

from hamdel.listen.library.ready import Moment, Ready, ces, comment, csat, enps, grid, nps, one, yes_no

SURVEYS = (
    Ready(
        "relationship-nps", Moment.RELATIONSHIP, "nps", "relationship",
        ("توصیه، روی هم رفته (NPS)", "Relationship NPS"),
        ("هر فصل از نمونه‌ای از مشتریان؛ خط پایهٔ وفاداری.", "Each quarter, from a sample of customers; the baseline of loyalty."),
        (
            (nps(("روی هم رفته، چقدر احتمال دارد ما را به دوستان و آشنایانتان پیشنهاد کنید؟", "All in all, how likely are you to recommend us to friends and family?")),),
            (
                comment("why", ("چه چیزی شما را ناراضی کرد؟", "What let you down?"), up_to=6),
                comment("best", ("چه چیزی بیشتر از همه به دلتان نشست؟", "What did you like most?"), above=7),
            ),
        ),
    ),
    Ready(
        "onboarding", Moment.USE, "ces2", "onboarding",
        ("آغاز کار با محصول", "Onboarding"),
        ("چند روز پس از ثبت‌نام.", "A few days after signing up."),
        (
            (ces(("«شروع کار با محصول شما آسان بود.» چقدر موافقید؟", "“It was easy to get started.” How far do you agree?")),),
            (
                one("goal", ("به کاری که می‌خواستید رسیدید؟", "Did you manage what you came for?"), ("yes", "بله", "Yes"),
                    ("partly", "تا اندازه‌ای", "Partly"), ("no", "هنوز نه", "Not yet")),
                comment("stuck", ("کجا گیر کردید؟", "Where did you get stuck?"), up_to=4),
            ),
        ),
    ),
    Ready(
        "product-feedback", Moment.USE, "csat", "product",
        ("نظر دربارهٔ محصول", "Product feedback"),
        ("کدام ویژگی را نگه داریم، کدام را بهتر کنیم.", "What to keep, what to improve."),
        (
            (csat(("از محصول چقدر راضی هستید؟", "How satisfied are you with the product?"), look="stars"),),
            (
                {
                    "key": "order", "kind": "ranking", "text": {"fa": "کدام برایتان مهم‌تر است؟", "en": "What matters most to you?"},
                    "choices": [
                        {"value": value, "text": {"fa": fa, "en": en}}
                        for value, fa, en in (("price", "قیمت", "Price"), ("quality", "کیفیت", "Quality"), ("speed", "سرعت", "Speed"), ("help", "پشتیبانی", "Support"))
                    ],
                },
                comment("wish", ("اگر می‌توانستید یک چیز را تغییر دهید، چه بود؟", "If you could change one thing, what would it be?")),
            ),
        ),
    ),
    Ready(
        "website-exit", Moment.WEBSITE, "", "website",
        ("هنگام ترک سایت", "Leaving the website"),
        ("ویجت، وقتی کسی بدون خرید می‌رود.", "A widget, when somebody leaves without buying."),
        (
            (
                one("came", ("برای چه آمده بودید؟", "What did you come for?"), ("buy", "خرید", "To buy"), ("compare", "مقایسهٔ قیمت", "To compare prices"),
                    ("help", "پشتیبانی", "For help"), ("look", "فقط گشتن", "Just looking"), other=True),
                yes_no("found", ("پیدایش کردید؟", "Did you find it?")),
                comment("missing", ("چه چیزی جلوی شما را گرفت؟", "What held you back?")),
            ),
        ),
    ),
    Ready(
        "website-csat", Moment.WEBSITE, "csat", "website",
        ("رضایت از سایت", "Satisfaction with the website"),
        ("دکمهٔ بازخورد روی هر صفحه.", "A feedback button on every page."),
        ((csat(("این صفحه چقدر به کارتان آمد؟", "How useful was this page?")), comment("why", ("چه چیزی را بهتر کنیم؟", "What can we improve?"))),),
    ),
    Ready(
        "business-quarterly", Moment.BUSINESS, "nps", "account",
        ("فصلی برای مشتریان سازمانی", "Quarterly for business customers"),
        ("از هر کسی که در تصمیم نقش دارد.", "From everybody with a say in the decision."),
        (
            (
                nps(("چقدر احتمال دارد ما را به همکاری در شرکتی دیگر پیشنهاد کنید؟", "How likely are you to recommend us to a colleague at another company?")),
                one("role", ("نقش شما در همکاری با ما چیست؟", "What is your part in working with us?"), ("decide", "تصمیم‌گیر", "I decide"),
                    ("use", "کاربر", "I use it"), ("buy", "خرید و قرارداد", "Purchasing"), ("tech", "فنی", "Technical"), other=True),
            ),
            (
                grid("agree", ("با هر جمله چقدر موافقید؟", "How far do you agree?"), (
                    ("deliver", "به قول‌هایشان عمل می‌کنند.", "They keep their promises."), ("reply", "زود پاسخ می‌دهند.", "They answer quickly."),
                    ("know", "کسب‌وکار ما را می‌شناسند.", "They know our business."), ("worth", "به هزینه‌اش می‌ارزد.", "It is worth its cost."))),
                yes_no("renew", ("اگر امروز قرارداد تمام می‌شد، تمدید می‌کردید؟", "If the contract ended today, would you renew it?")),
                comment("why", ("مهم‌ترین کاری که باید در این فصل انجام دهیم چیست؟", "What is the most important thing for us to do this quarter?")),
            ),
        ),
    ),
    Ready(
        "project-end", Moment.BUSINESS, "csat", "project",
        ("پایان پروژه", "End of a project"),
        ("برای شرکت‌های خدماتی و پیمانکاران.", "For service companies and contractors."),
        (
            (csat(("از نتیجهٔ این پروژه چقدر راضی هستید؟", "How satisfied are you with the result of this project?"), look="numbers"),),
            (
                one("time", ("به‌موقع تحویل شد؟", "Was it delivered on time?"), ("yes", "بله", "Yes"), ("bit", "کمی دیر", "A little late"), ("no", "خیلی دیر", "Very late")),
                comment("why", ("چه چیزی را در پروژهٔ بعد بهتر کنیم؟", "What should be better in the next project?")),
            ),
        ),
    ),
    Ready(
        "employee-nps", Moment.TEAM, "enps", "employees",
        ("eNPS", "eNPS"),
        ("هر فصل، ناشناس: کارکنان ما اینجا را پیشنهاد می‌کنند؟", "Each quarter, anonymously: would our people recommend working here?"),
        (
            (enps(("چقدر احتمال دارد کار کردن در اینجا را به دوستی پیشنهاد کنید؟", "How likely are you to recommend this place to a friend as a place to work?")),),
            (comment("why", ("دلیل اصلی نمرهٔ شما چیست؟", "What is the main reason for your score?")),
             comment("change", ("اگر مدیر بودید، نخستین کاری که می‌کردید چه بود؟", "If you ran the company, what would you do first?"))),
        ),
        anonymous=True,
    ),
    Ready(
        "engagement", Moment.TEAM, "", "employees",
        ("دلبستگی کارکنان", "Employee engagement"),
        ("سالی دو بار، ناشناس؛ دوازده جمله.", "Twice a year, anonymously; twelve sentences."),
        (
            (grid("work", ("دربارهٔ کارتان: چقدر موافقید؟", "About your work: how far do you agree?"), (
                ("expect", "می‌دانم از من چه انتظاری می‌رود.", "I know what is expected of me."), ("tools", "ابزار کارم را دارم.", "I have the tools I need."),
                ("best", "هر روز فرصت دارم کاری را بکنم که در آن خوبم.", "Every day I can do what I do best."), ("praise", "در ماه گذشته قدر کارم را دانسته‌اند.", "My work was appreciated in the last month."))),),
            (grid("team", ("دربارهٔ همکاران: چقدر موافقید؟", "About the team: how far do you agree?"), (
                ("care", "مدیرم به من اهمیت می‌دهد.", "My manager cares about me."), ("voice", "نظرم شنیده می‌شود.", "My opinion counts."),
                ("quality", "همکارانم کارشان را خوب انجام می‌دهند.", "My colleagues do good work."), ("trust", "می‌توانم اشتباهم را بی‌ترس بگویم.", "I can admit a mistake without fear."))),),
            (grid("growth", ("دربارهٔ آینده: چقدر موافقید؟", "About growing: how far do you agree?"), (
                ("learn", "در سال گذشته چیز تازه‌ای یاد گرفته‌ام.", "I learned something new in the last year."), ("talk", "دربارهٔ پیشرفتم با من حرف زده‌اند.", "Somebody spoke with me about my progress."),
                ("mission", "کارم برای هدف شرکت مهم است.", "My work matters to the company’s purpose."), ("stay", "می‌خواهم سال آینده هم اینجا باشم.", "I want to be here next year."))),
             comment("say", ("چیز دیگری هست که بخواهید بگویید؟", "Is there anything else you want to say?"))),
        ),
        anonymous=True,
    ),
    Ready(
        "training-quiz", Moment.LEARNING, "", "training",
        ("آزمون پایان آموزش", "Training quiz"),
        ("چهار پرسش دربارهٔ پاسخ‌گویی به مشتری، با گواهی.", "Four questions on answering customers, with a certificate."),
        (
            (
                one("first", ("مشتری ناراضی تماس گرفته است. نخست چه می‌کنید؟", "An unhappy customer calls. What do you do first?"),
                    ("listen", "گوش می‌دهم و حرفش را قطع نمی‌کنم", "Listen without interrupting"), ("explain", "توضیح می‌دهم که تقصیر ما نیست", "Explain that it is not our fault"),
                    ("offer", "بی‌درنگ تخفیف می‌دهم", "Offer a discount at once"), right="listen", points=1),
                one("nps", ("نمرهٔ ۸ از ۱۰ در NPS یعنی چه؟", "What is an 8 out of 10 in NPS?"),
                    ("promoter", "هوادار", "A promoter"), ("passive", "بی‌طرف", "A passive"), ("detractor", "ناراضی", "A detractor"), right="passive", points=1),
            ),
            (
                one("close", ("پرونده را چه زمانی می‌بندیم؟", "When do we close a case?"),
                    ("sent", "وقتی پاسخ را فرستادیم", "When the answer was sent"), ("agreed", "وقتی با مشتری حرف زدیم و نتیجه روشن شد", "When we spoke to the customer and the outcome is clear"),
                    ("day", "پایان روز کاری", "At the end of the day"), right="agreed", points=1),
                one("ask", ("مشتری شکایت باز دارد. نظرسنجی بفرستیم؟", "A customer has an open complaint. Do we send a survey?"),
                    ("yes", "بله، نظرش مهم است", "Yes, their opinion matters"), ("no", "نه، تا شکایت بسته شود", "No, not until it is closed"), right="no", points=1),
                {
                    "key": "name", "kind": "text", "required": True,
                    "text": {"fa": "نام شما، برای گواهی", "en": "Your name, for the certificate"},
                },
            ),
        ),
        ("سپاس! نتیجهٔ آزمون در همین صفحه است.", "Thank you! Your result is on this page."),
        {"pass_percent": 75, "feedback": "end", "certificate": True},
    ),
)  # fmt: skip
