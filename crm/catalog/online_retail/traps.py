"""What the file holds that an importer can fall over, counted."""

from collections import defaultdict
from dataclasses import dataclass, field

from crm.catalog.online_retail.line import Line


@dataclass(slots=True)
class Traps:
    """What was met, in lines unless the name says otherwise. Memory grows with customers and products, not lines."""

    lines: int = 0
    without_customer: int = 0
    duplicates: int = 0
    cancelled_lines: int = 0
    bad_debt: int = 0
    zero_prices: int = 0
    negative_prices: int = 0
    fractions_of_a_penny: int = 0
    gifts: int = 0
    stock_movements: int = 0
    missing_descriptions: int = 0
    no_product: int = 0
    beyond_ascii: int = 0
    unreadable: int = 0
    invoices: int = 0
    invoices_over_two_minutes: int = 0
    invoices_interrupted: int = 0
    lines_come_late: int = 0
    names: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    spellings: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    countries: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def meet(self, line: Line) -> None:
        """Counts what can be seen on one line by itself."""
        self.without_customer += not line.customer
        self.cancelled_lines += line.invoice.startswith("C")
        self.zero_prices += line.price == 0
        self.negative_prices += line.price < 0
        self.fractions_of_a_penny += line.price != round(line.price, 2)
        self.missing_descriptions += not line.name
        self.no_product += not line.product
        self.beyond_ascii += not line.name.isascii()
        self.spellings[line.code].add(line.spelling)
        if line.name:
            self.names[line.code].add(line.name)
        if line.customer:
            self.countries[line.customer].add(line.country)

    @property
    def codes_with_several_descriptions(self) -> int:
        return sum(len(names) > 1 for names in self.names.values())

    @property
    def codes_differing_in_case(self) -> int:
        return sum(len(spellings) > 1 for spellings in self.spellings.values())

    @property
    def customers_in_two_countries(self) -> int:
        return sum(len(countries) > 1 for countries in self.countries.values())

    def table(self) -> list[tuple[int, str, str]]:
        """(how many, of what, what was done with them) for the report."""
        return [
            (self.without_customer, "lines without a customer", "kept as orders of nobody we know"),
            (self.duplicates, "lines that repeat another exactly", "taken once"),
            (self.cancelled_lines, "lines of cancellations", "taken as refunds"),
            (self.bad_debt, "lines of bad debt", "not taken"),
            (self.negative_prices, "lines with a price below zero", "not taken"),
            (
                self.zero_prices,
                "lines with a price of zero",
                f"{self.gifts} kept as gifts, the others correct the stock",
            ),
            (self.stock_movements, "lines that correct the stock", "not taken"),
            (self.fractions_of_a_penny, "lines with a fraction of a penny", "kept"),
            (self.missing_descriptions, "lines without a description", "named by the other lines of their code"),
            (self.codes_with_several_descriptions, "codes with several descriptions", "the most frequent kept"),
            (self.codes_differing_in_case, "codes written in both cases", "one product each"),
            (self.no_product, "lines whose code is no product", "kept in their order, no product made"),
            (self.customers_in_two_countries, "customers in two countries", "the latest kept"),
            (self.invoices_over_two_minutes, "invoices that span two minutes", "dated by their first line"),
            (self.invoices_interrupted, "invoices interrupted by another", "put together"),
            (self.lines_come_late, "lines of an invoice long ended", "not taken"),
            (self.beyond_ascii, "lines with signs beyond ASCII", "kept"),
            (self.unreadable, "lines that could not be read", "not taken"),
        ]
