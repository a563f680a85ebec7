"""Jalali and Gregorian days, periods, digits and business hours, over instants kept in UTC."""
