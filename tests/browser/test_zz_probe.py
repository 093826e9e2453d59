from tests.browser.test_widths import *
def test_probe(site, crowd, page):
    enters(page, site, "manager", f"reception?office={crowd['office']}&q=visitor0&visit={crowd['visit']}")
    page.set_viewport_size({"width": 390, "height": 844}); settle(page)
    print(page.evaluate("""() => [...document.querySelectorAll("[data-testid=stMain] *")].filter(e => e.innerText && e.innerText.startsWith("Ленинградская область, г. Приозёрск, ул. Берег") && e.getBoundingClientRect().right > 391).map(e => { let out=[]; for (let x=e; x && out.length<7; x=x.parentElement) out.push(x.tagName+"."+(x.dataset.testid||x.className).toString().slice(0,40)+" ov="+getComputedStyle(x).overflow+" r="+Math.round(x.getBoundingClientRect().right)); return out })"""))
    import tests.browser.conftest as c; print(c.picture(page, 'probe'))
