"""From the first visit to the parcel in hand."""

from __future__ import annotations

from hamdel.listen.library.ready import Moment, Ready, ces, comment, csat, many, nps, one, yes_no

SURVEYS = (
    Ready(
        "checkout-ces", Moment.BUYING, "ces2", "checkout",
        ("آسانی خرید", "Ease of buying"),
        ("بلافاصله پس از پرداخت؛ نشان می‌دهد خریدار کجا گیر می‌کند.", "Right after payment; shows where buyers get stuck."),
        (
            (ces(("«خرید کردن از ما آسان بود.» چقدر موافقید؟", "“It was easy to buy from us.” How far do you agree?")),),
            (
                many("stuck", ("کجا سخت بود؟", "What was hard?"),
                     ("find", "پیدا کردن کالا", "Finding the product"), ("account", "ورود یا ثبت‌نام", "Logging in or signing up"),
                     ("address", "وارد کردن نشانی", "Entering the address"), ("pay", "پرداخت", "Paying"),
                     ("price", "هزینه‌هایی که دیر معلوم شد", "Costs that showed up late"), up_to=4),
                comment("best", ("چه چیزی را همین‌طور نگه داریم؟", "What should we keep as it is?"), above=5),
            ),
        ),
    ),
    Ready(
        "delivery-nps", Moment.DELIVERY, "nps", "delivery",
        ("توصیه پس از تحویل (NPS)", "NPS after delivery"),
        ("یک روز پس از رسیدن سفارش؛ اثر تحویل بر توصیه را می‌سنجد.", "A day after the order arrives; how delivery moves recommendation."),
        (
            (nps(("با این خرید، چقدر احتمال دارد ما را به دوستان خود پیشنهاد کنید؟", "After this order, how likely are you to recommend us to a friend?")),),
            (
                many("wrong", ("چه چیزی خوب پیش نرفت؟", "What did not go well?"),
                     ("late", "دیر رسید", "It came late"), ("courier", "رفتار پیک", "The courier’s manner"),
                     ("damaged", "بسته آسیب دیده بود", "The parcel was damaged"), ("item", "کالا آنی نبود که می‌خواستم", "The product was not what I wanted"),
                     ("news", "از سفارشم خبر نداشتم", "I was not told where my order was"), up_to=6),
                comment("why", ("اگر بخواهید بیشتر بگویید:", "If you want to tell us more:"), up_to=6),
                comment("best", ("بیشتر از همه از چه چیزی راضی بودید؟", "What pleased you most?"), above=9),
            ),
        ),
    ),
    Ready(
        "delivery-csat", Moment.DELIVERY, "csat", "delivery",
        ("رضایت از تحویل", "Satisfaction with delivery"),
        ("همان روز تحویل، با یک لمس.", "On the day of delivery, with one tap."),
        (
            (csat(("از تحویل سفارشتان چقدر راضی هستید؟", "How satisfied are you with the delivery of your order?")),),
            (
                one("late", ("سفارش به‌موقع رسید؟", "Did it arrive on time?"), ("early", "زودتر از قول", "Earlier than promised"),
                    ("ontime", "به‌موقع", "On time"), ("late", "دیرتر از قول", "Later than promised")),
                comment("why", ("چه چیزی را باید بهتر کنیم؟", "What should we do better?"), up_to=2),
            ),
        ),
    ),
    Ready(
        "unboxing-csat", Moment.DELIVERY, "csat", "unboxing",
        ("باز کردن بسته", "Unboxing"),
        ("برای بسته‌بندی و نخستین برخورد با کالا.", "For packaging and the first moment with the product."),
        (
            (csat(("وقتی بسته را باز کردید چه حسی داشتید؟", "How did you feel when you opened the parcel?")),),
            (
                many("pack", ("بسته‌بندی چگونه بود؟", "How was the packaging?"), ("safe", "محکم و سالم", "Firm and undamaged"),
                     ("much", "بیش از اندازه", "Too much of it"), ("weak", "سست", "Too weak"), ("nice", "زیبا", "Beautiful")),
                yes_no("manual", ("راهنما و فاکتور کامل بود؟", "Were the manual and invoice complete?")),
            ),
        ),
    ),
    Ready(
        "week-after-purchase", Moment.USE, "csat", "first-week",
        ("یک هفته پس از خرید", "One week after purchase"),
        ("وقتی مشتری کالا را به کار برده است.", "When the customer has used the product."),
        (
            (csat(("پس از یک هفته، از خود کالا چقدر راضی هستید؟", "After a week, how satisfied are you with the product itself?"), look="stars"),),
            (
                one("match", ("کالا با آنچه در سایت دیدید می‌خواند؟", "Does it match what you saw on the site?"),
                    ("yes", "کاملاً", "Entirely"), ("partly", "تا اندازه‌ای", "Partly"), ("no", "نه", "No")),
                comment("problem", ("به چه مشکلی برخوردید؟", "What problem did you meet?"), up_to=3),
                comment("tip", ("به کسی که می‌خواهد آن را بخرد چه می‌گویید؟", "What would you tell somebody who wants to buy it?"), above=4),
            ),
        ),
    ),
    Ready(
        "half-year-after-purchase", Moment.USE, "nps", "six-months",
        ("شش ماه پس از خرید", "Six months after purchase"),
        ("وفاداری، وقتی هیجان خرید رفته است.", "Loyalty, when the thrill of buying has gone."),
        (
            (nps(("پس از شش ماه، چقدر احتمال دارد ما را به دیگران پیشنهاد کنید؟", "After six months, how likely are you to recommend us?")),),
            (
                one("use", ("چقدر از آن استفاده می‌کنید؟", "How often do you use it?"), ("daily", "هر روز", "Every day"),
                    ("weekly", "هر هفته", "Every week"), ("seldom", "به‌ندرت", "Seldom"), ("never", "دیگر نه", "Not any more")),
                yes_no("again", ("دوباره از ما می‌خرید؟", "Would you buy from us again?")),
                comment("why", ("چه چیزی نظر شما را تغییر می‌دهد؟", "What would change your mind?"), up_to=6),
            ),
        ),
    ),
    Ready(
        "exchange-ces", Moment.SUPPORT, "ces2", "exchange",
        ("تعویض و مرجوعی", "Exchange and return"),
        ("پس از پایان مرجوعی؛ مرجوعی آسان مشتری را نگه می‌دارد.", "After a return is done; an easy return keeps a customer."),
        (
            (ces(("«پس دادن یا تعویض کالا آسان بود.» چقدر موافقید؟", "“Returning or exchanging it was easy.” How far do you agree?")),),
            (
                one("reason", ("چرا پس دادید؟", "Why did you return it?"), ("size", "اندازه یا رنگ", "Size or colour"),
                    ("broken", "خراب بود", "It was faulty"), ("different", "با تصویر فرق داشت", "It differed from the picture"),
                    ("mind", "منصرف شدم", "I changed my mind"), other=True),
                comment("why", ("کدام مرحله وقت شما را گرفت؟", "Which step cost you time?"), up_to=4),
            ),
        ),
    ),
    Ready(
        "repair-csat", Moment.SUPPORT, "csat", "repair",
        ("پس از تعمیر", "After a repair"),
        ("برای خدمات پس از فروش و گارانتی.", "For after-sales service and warranty."),
        (
            (csat(("از تعمیر و خدمات پس از فروش چقدر راضی هستید؟", "How satisfied are you with the repair and service?")),),
            (
                yes_no("solved", ("مشکل برطرف شد؟", "Is the problem solved?")),
                one("time", ("زمان تعمیر چگونه بود؟", "How was the time it took?"), ("fast", "کمتر از انتظار", "Less than expected"),
                    ("fine", "به‌اندازه", "About right"), ("long", "بیش از اندازه", "Too long")),
                comment("why", ("چه چیزی را باید درست کنیم؟", "What should we put right?"), up_to=2),
            ),
        ),
    ),
)  # fmt: skip
