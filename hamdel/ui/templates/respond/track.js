for(const i of document.querySelectorAll("[data-track]")){
const r=document.createElement("input"),[min,max,step]=i.dataset.track.split(" ")
Object.assign(r,{type:"range",min,max,step,tabIndex:-1})
r.setAttribute("aria-hidden",true)
const sync=()=>{r.className=i.value?"":"unset"
if(i.value)r.value=i.value.replace("٫",".").replace(/[۰-۹]/g,d=>"۰۱۲۳۴۵۶۷۸۹".indexOf(d))}
r.oninput=()=>{i.value=(+r.value).toLocaleString(document.documentElement.lang,{useGrouping:false});sync()}
i.addEventListener("input",sync)
sync();(i.closest(".pair")||i).after(r)}
