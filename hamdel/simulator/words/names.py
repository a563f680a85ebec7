"""Persian names, each with the Latin letters its bearer would use in an e-mail address."""

from __future__ import annotations

WOMEN = (
    ("زهرا", "zahra"), ("فاطمه", "fatemeh"), ("مریم", "maryam"), ("سارا", "sara"), ("نرگس", "narges"),
    ("الهام", "elham"), ("مینا", "mina"), ("لیلا", "leila"), ("سمیرا", "samira"), ("نازنین", "nazanin"),
    ("پریسا", "parisa"), ("شیما", "shima"), ("مهسا", "mahsa"), ("نیلوفر", "niloufar"), ("آیدا", "aida"),
    ("هانیه", "hanieh"), ("ریحانه", "reyhaneh"), ("فرزانه", "farzaneh"), ("شهرزاد", "shahrzad"), ("گلناز", "golnaz"),
    ("مهناز", "mahnaz"), ("پروین", "parvin"), ("سوسن", "sousan"), ("ثریا", "soraya"), ("طاهره", "tahereh"),
    ("معصومه", "masoumeh"), ("اعظم", "azam"), ("رویا", "roya"), ("ساناز", "sanaz"), ("نگار", "negar"),
    ("یاسمن", "yasaman"), ("کیمیا", "kimia"), ("هدیه", "hedieh"), ("نسترن", "nastaran"), ("بهاره", "bahareh"),
    ("مونا", "mona"), ("شقایق", "shaghayegh"), ("غزل", "ghazal"), ("آرزو", "arezoo"), ("سپیده", "sepideh"),
    ("زهراسادات", "zahra.s"), ("فاطمه‌زهرا", "fatemehzahra"), ("مه‌لقا", "mahlagha"), ("گل‌بهار", "golbahar"),
    ("ژاله", "zhaleh"), ("مژگان", "mozhgan"), ("عاطفه", "atefeh"), ("حدیث", "hadis"), ("درسا", "dorsa"), ("باران", "baran"),
)  # fmt: skip
MEN = (
    ("علی", "ali"), ("محمد", "mohammad"), ("حسین", "hossein"), ("رضا", "reza"), ("امیر", "amir"), ("مهدی", "mehdi"),
    ("حسن", "hasan"), ("سعید", "saeed"), ("مجید", "majid"), ("حمید", "hamid"), ("بهرام", "bahram"), ("کامران", "kamran"),
    ("آرش", "arash"), ("سیاوش", "siavash"), ("پویا", "pouya"), ("نوید", "navid"), ("میلاد", "milad"), ("احسان", "ehsan"),
    ("وحید", "vahid"), ("جواد", "javad"), ("کاظم", "kazem"), ("ابراهیم", "ebrahim"), ("یوسف", "yousef"),
    ("داوود", "davoud"), ("فرهاد", "farhad"), ("شهرام", "shahram"), ("بابک", "babak"), ("کوروش", "kourosh"),
    ("سهراب", "sohrab"), ("رامین", "ramin"), ("پیمان", "peyman"), ("هادی", "hadi"), ("مصطفی", "mostafa"),
    ("مرتضی", "morteza"), ("محمدرضا", "mohammadreza"), ("امیرحسین", "amirhossein"), ("علیرضا", "alireza"),
    ("محمدمهدی", "mohammadmehdi"), ("غلام‌رضا", "gholamreza"), ("عبدالله", "abdollah"), ("اصغر", "asghar"),
    ("یاسین", "yasin"), ("ژوبین", "zhoubin"), ("کیوان", "keyvan"), ("اردلان", "ardalan"), ("هیوا", "hiva"),
    ("آراز", "araz"), ("پژمان", "pezhman"), ("چنگیز", "changiz"), ("کیان", "kian"),
)  # fmt: skip
FAMILIES = (
    ("احمدی", "ahmadi"), ("محمدی", "mohammadi"), ("حسینی", "hosseini"), ("رضایی", "rezaei"), ("کریمی", "karimi"),
    ("جعفری", "jafari"), ("موسوی", "mousavi"), ("قاسمی", "ghasemi"), ("نوری", "nouri"), ("صادقی", "sadeghi"),
    ("رحیمی", "rahimi"), ("ابراهیمی", "ebrahimi"), ("اکبری", "akbari"), ("یوسفی", "yousefi"), ("شریفی", "sharifi"),
    ("کاظمی", "kazemi"), ("میرزایی", "mirzaei"), ("باقری", "bagheri"), ("طاهری", "taheri"), ("نجفی", "najafi"),
    ("صالحی", "salehi"), ("عباسی", "abbasi"), ("مرادی", "moradi"), ("زارعی", "zarei"), ("فتحی", "fathi"),
    ("سلطانی", "soltani"), ("قربانی", "ghorbani"), ("حیدری", "heydari"), ("امینی", "amini"), ("بهرامی", "bahrami"),
    ("پورمحمد", "pourmohammad"), ("میرحسینی", "mirhosseini"), ("تهرانی", "tehrani"), ("اصفهانی", "esfahani"),
    ("شیرازی", "shirazi"), ("تبریزی", "tabrizi"), ("کرمانی", "kermani"), ("یزدانی", "yazdani"), ("گیلانی", "gilani"),
    ("خراسانی", "khorasani"), ("نیک‌نژاد", "niknejad"), ("خوش‌رو", "khoshrou"), ("فرهادی", "farhadi"),
    ("رستمی", "rostami"), ("شکوهی", "shokouhi"), ("عظیمی", "azimi"), ("غفاری", "ghaffari"), ("فلاح", "fallah"),
    ("قنبری", "ghanbari"), ("کیانی", "kiani"), ("گودرزی", "goudarzi"), ("لطفی", "lotfi"), ("مظفری", "mozaffari"),
    ("نیکویی", "nikouei"), ("وثوقی", "vosoughi"), ("هاشمی", "hashemi"), ("آقاجانی", "aghajani"), ("بختیاری", "bakhtiari"),
    ("پاک‌سرشت", "paksresht"), ("ترابی", "torabi"), ("ثابتی", "sabeti"), ("جلالی", "jalali"), ("چراغی", "cheraghi"),
    ("حجتی", "hojati"), ("خلیلی", "khalili"), ("دهقان", "dehghan"), ("ذوالفقاری", "zolfaghari"), ("رمضانی", "ramezani"),
    ("زمانی", "zamani"), ("ژیان‌پور", "zhianpour"), ("سپهری", "sepehri"), ("شمس", "shams"), ("صفوی", "safavi"),
    ("ضرابی", "zarrabi"), ("طالبی", "talebi"), ("ظریفیان", "zarifian"), ("علوی", "alavi"), ("فرجی", "faraji"),
    ("قدیری", "ghadiri"), ("کوهستانی", "kouhestani"), ("گرامی", "gerami"), ("مهدوی", "mahdavi"), ("نصیری", "nasiri"),
    ("ولی‌زاده", "valizadeh"), ("همتی", "hemmati"), ("یگانه", "yeganeh"), ("حاجی‌زاده", "hajizadeh"),
    ("شاه‌محمدی", "shahmohammadi"), ("کبیری", "kabiri"), ("مقدم", "moghaddam"),
)  # fmt: skip
# The people who work at the shop: name, Latin name, role in Hamdel.
STAFF = (
    ("شهره دانشور", "shohreh", "owner"),
    ("بهنام مستوفی", "behnam", "admin"),
    ("نگین صبوری", "negin", "analyst"),
    ("حمیدرضا کامکار", "hamidreza", "agent"),
    ("ترانه آذرمهر", "taraneh", "agent"),
    ("فریدون پارسا", "fereydoun", "viewer"),
)
