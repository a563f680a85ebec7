from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("surveys", "0003_lighter_answers")]

    operations = [migrations.RemoveField(model_name="burnttoken", name="day")]
